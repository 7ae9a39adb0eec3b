"""Responses in; waterfall, spider and swimmer plots, and a page that can be checked visit by visit, out."""

from radici.reporting.response.page import response_page

__all__ = ["response_page"]
