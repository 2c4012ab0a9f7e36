"""The time zones and the territories that a person may choose, and the words that name a local time."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _


class ZoneWords(NamedTuple):
    """`place`: in a list of places; `local_time`: the local time there, as "heure de Paris"."""

    place: Any
    local_time: Any


ZONES: Final[dict[str, ZoneWords]] = {
    "Europe/Paris": ZoneWords(_("France métropolitaine"), _("heure de Paris")),
    "America/Guadeloupe": ZoneWords(
        _("Guadeloupe, Saint-Martin, Saint-Barthélemy"), _("heure de la Guadeloupe")
    ),
    "America/Martinique": ZoneWords(_("Martinique"), _("heure de la Martinique")),
    "America/Cayenne": ZoneWords(_("Guyane"), _("heure de la Guyane")),
    "America/Miquelon": ZoneWords(_("Saint-Pierre-et-Miquelon"), _("heure de Saint-Pierre-et-Miquelon")),
    "Indian/Reunion": ZoneWords(_("La Réunion"), _("heure de La Réunion")),
    "Indian/Mayotte": ZoneWords(_("Mayotte"), _("heure de Mayotte")),
    "Pacific/Noumea": ZoneWords(_("Nouvelle-Calédonie"), _("heure de Nouméa")),
    "Pacific/Tahiti": ZoneWords(_("Polynésie française\u00a0: Tahiti"), _("heure de Tahiti")),
    "Pacific/Marquesas": ZoneWords(_("Polynésie française\u00a0: Marquises"), _("heure des Marquises")),
    "Pacific/Gambier": ZoneWords(_("Polynésie française\u00a0: Gambier"), _("heure des Gambier")),
    "Pacific/Wallis": ZoneWords(_("Wallis-et-Futuna"), _("heure de Wallis-et-Futuna")),
    "Europe/Brussels": ZoneWords(_("Belgique"), _("heure de Bruxelles")),
    "Europe/Zurich": ZoneWords(_("Suisse"), _("heure de Zurich")),
    "Europe/London": ZoneWords(_("Royaume-Uni"), _("heure de Londres")),
    "America/Toronto": ZoneWords(_("Québec"), _("heure de Montréal")),
}
TERRITORIES: Final[dict[str, Any]] = {
    "mainland": _("France, hors Alsace-Moselle"),
    "alsace-moselle": _("Bas-Rhin, Haut-Rhin, Moselle"),
    "guadeloupe": _("Guadeloupe"),
    "martinique": _("Martinique"),
    "guyane": _("Guyane"),
    "reunion": _("La Réunion"),
    "mayotte": _("Mayotte"),
    "saint-barthelemy": _("Saint-Barthélemy"),
    "saint-martin": _("Saint-Martin"),
    "saint-pierre": _("Saint-Pierre-et-Miquelon"),
    "polynesie": _("Polynésie française"),
    "caledonie": _("Nouvelle-Calédonie"),
    "wallis": _("Wallis-et-Futuna"),
    "belgium": _("Belgique"),
    "switzerland": _("Suisse (jours fériés communs aux cantons)"),
    "england": _("Royaume-Uni (Angleterre et pays de Galles)"),
    "quebec": _("Québec"),
}


def local_time_words(zone: str) -> str:
    """Return the words for the local time of a zone, as "heure de Paris"."""
    if zone in ZONES:
        return str(ZONES[zone].local_time)
    return str(_("heure locale\u00a0: %(place)s")) % {"place": zone.rpartition("/")[2].replace("_", " ")}
