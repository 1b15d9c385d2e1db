"""lfassess: turns business leads into technical audits of their web presence."""

__version__ = "0.2.0"
