"""Uploaded files are parsed in a child process with limits, never in the process that serves the pages.

`sandbox` starts the child; `worker` is its entry point, which forks for each file; the other modules run
there only, import neither Django nor the rest of the product, and are named to `sandbox.inspect` by their
dotted path.
"""
