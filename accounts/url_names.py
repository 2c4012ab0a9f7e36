"""Names of the URLs that differ by side; the portals above this app define them."""

from typing import Final

HOME_PAGES: Final = {
    "association": "associations:home",
    "company": "companies:home",
    "broker": "broker:pipeline",
}
ORGANISATION_PAGES: Final = {"association": "associations:organisation", "company": "companies:organisation"}
# With the step as the argument of the URL.
REGISTRATION_PAGES: Final = {
    "association": "associations:registration",
    "company": "companies:registration",
}
