// POST /api/report-issue on Express 5, multer, jsonwebtoken and pg, in the usual way: multer writes each file
// to the disk, the handler reads it again to judge and hash it, one transaction writes the rows.
// As is usual too, files are not synced. node server.js PORT; DATABASE_URL, JWT_SECRET, UPLOADS, WORKERS.
import cluster from "node:cluster";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { unlink } from "node:fs/promises";

import express from "express";
import jwt from "jsonwebtoken";
import multer from "multer";
import pg from "pg";

const { DATABASE_URL, JWT_SECRET, UPLOADS, WORKERS = "2" } = process.env;
const MIB = 1024 * 1024;
const TYPES = new Set(["payment.not_received", "no_show.client", "quality.late", "other"]);
const MAGIC = [
  { mediaType: "image/jpeg", offset: 0, bytes: "ffd8ff" },
  { mediaType: "image/png", offset: 0, bytes: "89504e470d0a1a0a" },
  { mediaType: "application/pdf", offset: 0, bytes: "255044462d" },
  { mediaType: "video/mp4", offset: 4, bytes: "66747970" },
];

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const upload = multer({
  storage: multer.diskStorage({
    destination: UPLOADS,
    filename: (_request, _file, done) => done(null, randomUUID()),
  }),
  limits: { fileSize: 600 * MIB, files: 10, fieldSize: MIB },
});

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function signedIn(request, _response, next) {
  const token = request.get("authorization")?.replace(/^Bearer /, "");
  try {
    request.reporter = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] }).sub;
  } catch {
    throw new Refusal(401, "Sign in first.");
  }
  next();
}

async function judged(file) {
  const hash = createHash("sha256");
  let head = null;
  for await (const block of createReadStream(file.path)) {
    head ??= block.subarray(0, 16).toString("hex");
    hash.update(block);
  }
  const found = MAGIC.find(({ offset, bytes }) => head?.startsWith(bytes, offset * 2));
  if (!found) throw new Refusal(415, `${file.originalname} is not of an accepted type.`);
  return { ...file, id: randomUUID(), mediaType: found.mediaType, sha256: hash.digest("hex") };
}

async function stored(report, files) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query(
      "INSERT INTO reports (id, gig_id, reporter, issue_type, description) VALUES ($1, $2, $3, $4, $5)",
      [report.id, report.gigId, report.reporter, report.issueType, report.description],
    );
    for (const file of files) {
      await client.query(
        "INSERT INTO report_files (id, report_id, name, media_type, size, sha256, path) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [file.id, report.id, file.originalname, file.mediaType, file.size, file.sha256, file.path],
      );
    }
    await client.query("INSERT INTO report_history (report_id, actor, happened) VALUES ($1, $2, 'received')", [
      report.id,
      report.reporter,
    ]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

async function report(request, response) {
  const { gigId, issueType, description } = request.body ?? {};
  if (!gigId || !TYPES.has(issueType) || !description?.trim() || description.length > 10_000)
    throw new Refusal(422, "gigId, issueType and description are needed.");
  const party = await pool.query("SELECT side FROM parties WHERE gig_id = $1 AND user_id = $2", [
    gigId,
    request.reporter,
  ]);
  if (!party.rowCount) throw new Refusal(403, "You take no part in this gig.");
  const files = await Promise.all((request.files ?? []).map(judged));
  const id = randomUUID();
  await stored({ id, gigId, issueType, description, reporter: request.reporter }, files);
  response.status(201).json({
    success: true,
    message: "Issue reported successfully.",
    id,
    files: files.map(({ originalname, size, sha256, mediaType }) => ({ name: originalname, size, sha256, mediaType })),
  });
}

async function refused(error, request, response, _next) {
  await Promise.allSettled((request.files ?? []).map((file) => unlink(file.path)));
  const status = error instanceof multer.MulterError ? 413 : (error.status ?? 500);
  response.status(status).json({ success: false, message: error.message });
}

if (cluster.isPrimary) {
  for (let n = 0; n < Number(WORKERS); n += 1) cluster.fork();
  process.on("SIGTERM", () => process.exit(0));
} else {
  process.on("disconnect", () => process.exit(0));
  express()
    .disable("x-powered-by")
    .post("/api/report-issue", signedIn, upload.array("files"), report)
    .use(refused)
    .listen(Number(process.argv[2]), "127.0.0.1");
}
