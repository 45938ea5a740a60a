"""Where cases, effects, sessions and gigs are kept."""
