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
#: The main release of the bundle.
MAIN_RELEASE = "2023-12-17"
#: Extreme poverty in the World by year, main release: SI_POV_DAY1, % of people below $2.15 a day.
# fmt: off
WORLD = {
    1981: 43.6, 1982: 43.2, 1983: 42.5, 1984: 41.1, 1985: 39.7, 1986: 38.4, 1987: 37.4, 1988: 35.7,
    1989: 38.4, 1990: 37.9, 1991: 37.4, 1992: 36.5, 1993: 35.7, 1994: 34.3, 1995: 32.8, 1996: 31.3,
    1997: 31.1, 1998: 31.3, 1999: 30.4, 2000: 29.3, 2001: 28.3, 2002: 26.9, 2003: 25.6, 2004: 23.7,
    2005: 21.7, 2006: 20.9, 2007: 19.6, 2008: 18.8, 2009: 17.9, 2010: 16.3, 2011: 14.2, 2012: 13.2,
    2013: 11.7, 2014: 11.2, 2015: 10.8, 2016: 10.5, 2017: 9.7, 2018: 9, 2019: 8.5,
}
# fmt: on
