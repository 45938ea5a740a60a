"""Administration: what is set about the desk from its own pages, and a log of who changed what."""
