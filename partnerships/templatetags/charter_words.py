"""Filters of the charter templates: dates, amounts, paragraphs."""

from django import template

from partnerships.charter import typography

register = template.Library()

register.filter("day", typography.day)
register.filter("moment", typography.moment)
register.filter("euros", typography.euros)
register.filter("thousands", typography.thousands)
register.filter("blocks", typography.blocks)
register.filter("listed", typography.listed)
