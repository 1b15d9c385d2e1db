"""The embedded one-machine stack: Postgres, Valkey and workers."""
