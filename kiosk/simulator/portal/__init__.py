"""The simulated portal for facilities (施術所等向け総合ポータルサイト), marked 模擬 on every page.

Ours, after what the ministry's leaflets show of the real one; docs/portal.md says what is known.
"""
