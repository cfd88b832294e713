"""Building on a cluster, with real schedulers and workers."""
