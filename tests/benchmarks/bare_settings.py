"""The settings of the measured server: the product's, with the bare page beside it."""

from lucky_link.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.bare"
