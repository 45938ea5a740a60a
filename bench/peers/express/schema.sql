-- What a marketplace would add to its own database for reports.
CREATE TABLE gigs (id text PRIMARY KEY, title text NOT NULL);
CREATE TABLE parties (
    gig_id text NOT NULL REFERENCES gigs,
    user_id text NOT NULL,
    side text NOT NULL,
    PRIMARY KEY (gig_id, user_id)
);
CREATE TABLE reports (
    id uuid PRIMARY KEY,
    gig_id text NOT NULL REFERENCES gigs,
    reporter text NOT NULL,
    issue_type text NOT NULL,
    description text NOT NULL,
    status text NOT NULL DEFAULT 'received',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reports_of_gig ON reports (gig_id, created_at);
CREATE TABLE report_files (
    id uuid PRIMARY KEY,
    report_id uuid NOT NULL REFERENCES reports,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    path text NOT NULL
);
CREATE INDEX files_of_report ON report_files (report_id);
CREATE TABLE report_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id uuid NOT NULL REFERENCES reports,
    actor text NOT NULL,
    happened text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX history_of_report ON report_history (report_id);
INSERT INTO gigs SELECT 'gig-' || lpad(n::text, 4, '0'), 'Gig ' || n FROM generate_series(1, 1000) n;
INSERT INTO parties SELECT id, 'wanda', 'worker' FROM gigs;
INSERT INTO parties SELECT id, 'carl', 'client' FROM gigs;
