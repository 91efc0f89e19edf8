"""Records and values that several tests use."""

#: A row of a file of reviews, and one of actions.
REVIEW = {
    "local_government": "Málaga",
    "iso3": "ESP",
    "review_year": "2021",
    "kind": "VLR",
    "source": "A",
    "url": "https://example.org/malaga",
    "country_basis": "stated",
    "year_basis": "stated",
}
ACTION = {
    "action_id": "1",
    "title": "Solar roofs",
    "local_government": "Barcelona",
    "country": "ESP",
    "sdgs": "1.4; SDG 11",
    "year": "2023",
    "partners": "A university; B",
    "language": "ca",
}
#: Extreme poverty in the World by year, release 2020-10-19: SI_POV_DAY1, % of people.
WORLD = {
    1990: 36,
    1993: 34,
    1996: 30,
    1999: 29,
    2002: 26,
    2005: 21,
    2008: 18,
    2010: 16,
    2011: 14,
    2012: 13,
    2013: 11,
    2015: 10,
}
