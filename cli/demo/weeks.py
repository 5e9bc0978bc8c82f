"""What the eight weeks of the course are about."""

from __future__ import annotations

from typing import NamedTuple


class Week(NamedTuple):
    """A week: its theme, what it says, and where to look further."""

    theme: str
    story: str
    task: str
    site: str
    encyclopedia: str
    picture: str = ""


WEEKS = (
    Week(
        "The Earth",
        "Our planet is a ball of rock and iron, 12,742 km across. It turns once a day.",
        "Take a ball and a lamp. Where on the ball is it noon, and where is it midnight?",
        "https://science.nasa.gov/earth/",
        "https://en.wikipedia.org/wiki/Earth",
        "chelsea.png",
    ),
    Week(
        "The Moon",
        "The Moon always shows us the same face. People walked there for the first time in July 1969.",
        "Draw the Moon every evening for a week. What changes, and on which side?",
        "https://science.nasa.gov/moon/",
        "https://en.wikipedia.org/wiki/Moon",
        "rocket.jpg",
    ),
    Week(
        "Mercury and Venus",
        "Mercury is nearest to the Sun, yet Venus is hotter: its thick air keeps the warmth in, like a blanket.",
        "Put one thermometer into the sun, another beside it under a glass bowl. Compare them after an hour.",
        "https://science.nasa.gov/venus/",
        "https://en.wikipedia.org/wiki/Venus",
    ),
    Week(
        "Mars",
        "Mars is red with rust. Its mountain Olympus Mons is two and a half times as high as Mount Everest.",
        "A radio signal to Mars takes 3 to 22 minutes. How would you steer a car that answers so late?",
        "https://science.nasa.gov/mars/",
        "https://en.wikipedia.org/wiki/Mars",
        "rocket.jpg",
    ),
    Week(
        "Jupiter",
        "Jupiter is heavier than all other planets together. Its Great Red Spot is a storm wider than the Earth.",
        "Fill a jar with water and two colours. Stir: can you make a storm that lasts?",
        "https://science.nasa.gov/jupiter/",
        "https://en.wikipedia.org/wiki/Jupiter",
    ),
    Week(
        "Saturn",
        "The rings of Saturn are made of ice, from grains of dust to blocks like houses, mostly thinner than 100 m.",
        "Saturn is lighter than water. Which things at home would float in a large enough bath?",
        "https://science.nasa.gov/saturn/",
        "https://en.wikipedia.org/wiki/Saturn",
        "chelsea.png",
    ),
    Week(
        "Uranus and Neptune",
        "Uranus rolls along its way on its side. Neptune was found by arithmetic, before anyone had seen it.",
        "A classmate hides a magnet under a sheet of paper. Find it with iron filings, without looking.",
        "https://science.nasa.gov/neptune/",
        "https://en.wikipedia.org/wiki/Neptune",
    ),
    Week(
        "The way there",
        "A rocket to the Moon takes three days, a probe to Neptune took Voyager 2 twelve years.",
        "Pack for a journey of two years: 10 kg a person. What do you leave at home?",
        "https://science.nasa.gov/mission/voyager/",
        "https://en.wikipedia.org/wiki/Voyager_2",
        "rocket.jpg",
    ),
)
