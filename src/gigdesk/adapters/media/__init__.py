"""Pictures made safe to show: decoded and encoded anew in a child process that can do nothing else."""
