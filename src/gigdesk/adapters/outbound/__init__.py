"""What goes out to addresses that somebody names: judged where it connects."""
