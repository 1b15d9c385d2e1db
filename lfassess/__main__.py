"""`python -m lfassess` is `lfassess`."""

from lfassess.cli.app import main

if __name__ == "__main__":
    main()
