# ruff: noqa: INP001 - read by Sphinx, not a part of the package
"""How the guide for people (``docs/ja``, ``docs/en``) becomes a site; used by ``tools/guide.py``.

Source: https://www.sphinx-doc.org/en/master/usage/configuration.html
"""

project = "Madoguchi 窓口"
copyright = "Madoguchi"  # noqa: A001 - Sphinx names it so
extensions = ["myst_parser"]
html_theme = "furo"
html_static_path = ["."]
html_css_files = ["guide.css"]
# Nothing is fetched from elsewhere, and no link leads back to a source that a clinic cannot read.
html_show_sourcelink = False
html_copy_source = False
myst_heading_anchors = 2
