"""``python -m greffier``: ``greffier serve`` without its installed script."""

import argparse
import sys

from greffier.commands.serve import command

parser = argparse.ArgumentParser(prog="python -m greffier", description=command.help)
command.configure(parser)
sys.exit(command.run(parser.parse_args()))
