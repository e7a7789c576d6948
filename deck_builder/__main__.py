"""python -m deck_builder: the command line without the script."""

from deck_builder.cli import main

main()
