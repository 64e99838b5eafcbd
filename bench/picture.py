"""The picture of how costs grow, as SVG."""

import math
from collections.abc import Sequence

from bench.results import Grows, Growth, Measured

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 760, 460, 64, 52, 24, 24
LEGEND = 20  # pixels of a line of it
COLOURS = ("#0b6e4f", "#1f4e9c", "#a03a13", "#6a3d9a", "#8a6d00", "#007c89", "#b0236c", "#444444")
DASHES = ("", "6 3", "2 3", "8 3 2 3")


def picture(growth: Growth) -> str:
    """Costs over sizes, both on logarithmic axes: what is flat is level, what reads everything rises as the grey line
    does."""
    counts = [count for each in growth.curves for count in each.milliseconds]
    costs = [cost for each in growth.curves for cost in each.milliseconds.values()]
    decades = (math.floor(math.log10(min(costs))), math.ceil(math.log10(max(costs))))
    powers = (round(math.log10(min(counts))), round(math.log10(max(counts))))
    plot = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)

    def x(count: float) -> float:
        return LEFT + plot[0] * (math.log10(count) - powers[0]) / (powers[1] - powers[0])

    def y(cost: float) -> float:
        return TOP + plot[1] * (decades[1] - math.log10(cost)) / (decades[1] - decades[0])

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + LEGEND * len(growth.curves)}" '
        'role="img" aria-labelledby="title description" font-family="sans-serif" font-size="13">',
        '<title id="title">What a question costs where there is ever more</title>',
        f'<desc id="description">{described(growth.curves)}</desc>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for power in range(powers[0], powers[1] + 1):
        at = x(10**power)
        drawn.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#dddddd"/>')
        drawn.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>')
    for decade in range(decades[0], decades[1] + 1):
        at = y(10**decade)
        drawn.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>')
        drawn.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**decade:g} ms</text>')
    rise = min(powers[1] - powers[0], decades[1] - decades[0])
    drawn.append(
        f'<path d="M{x(10 ** powers[0]):.1f} {y(10.0 ** decades[0]):.1f}'
        f'L{x(10 ** (powers[0] + rise)):.1f} {y(10.0 ** (decades[0] + rise)):.1f}" stroke="#bbbbbb" stroke-width="6"/>'
    )
    for number, each in enumerate(growth.curves):
        points = " ".join(f"{x(count):.1f},{y(cost):.1f}" for count, cost in each.milliseconds.items())
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        line = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
        drawn.append(f'<polyline points="{points}" {line}/>')
        at = HEIGHT + LEGEND * number
        drawn.append(f'<path d="M{LEFT} {at - 4}h40" {line}/>')
        drawn.append(f'<text x="{LEFT + 52}" y="{at}">{each.what}, by {each.among}</text>')
    return "\n".join([*drawn, "</svg>", ""])


def described(curves: Sequence[Measured]) -> str:
    flat = [each.what for each in curves if each.holds and each.grows == Grows.FLAT]
    linear = [each.what for each in curves if each.holds and each.grows == Grows.LINEAR]
    more = [each.what for each in curves if not each.holds]
    said = [("Flat", flat), ("As much as there is", linear), ("More than they may", more)]
    return " ".join(f"{how}: {', '.join(which)}." for how, which in said if which)
