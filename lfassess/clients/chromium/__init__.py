"""The browser behind ``lfassess.clients.browser``: its process, its pages, its PDFs."""
