"""The rules file: what a host sets about issue types, queues and where cases go, as TOML."""
