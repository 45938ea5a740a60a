"""What looks for malware: the one that is built in, and ClamAV's daemon."""
