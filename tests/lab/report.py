"""The table that the laboratory prints at its end."""

from __future__ import annotations

from rich.table import Table

from tests.lab.farm import Harvest


def table(harvest: Harvest, took_s: float) -> Table:
    """All figures of a harvest that took so many seconds of the wall's clock."""
    counts, spoken = harvest.tally.counts, harvest.tally.spoken_s
    shown = Table(title="Conversations in virtual time", title_justify="left", show_header=False)
    shown.add_column()
    shown.add_column(justify="right")
    shown.add_column()

    def row(name: str, value: float | str, note: str = "") -> None:
        shown.add_row(name, value if isinstance(value, str) else f"{value:,.0f}", note)

    row("conversations", counts["conversations"])
    row("simulated hours", harvest.hours, _moods(harvest))
    heard = {who: spoken[who] / 3600 for who in ("user", "agent", "noise")}
    row("  of them with sound", sum(heard.values()), ", ".join(f"{who} {hours:,.0f}" for who, hours in heard.items()))
    row(
        "user turns answered",
        counts["turns"],
        f"{counts['typed turns']:,} typed; {counts['turns without words']:,} more had no words",
    )
    row("replies", counts["replies"], f"{counts['said by itself']:,} of them announcements and apologies")
    thrown = counts["guesses"] - counts["guesses used"]
    row("guesses", counts["guesses"], f"{counts['guesses used']:,} used, {thrown:,} thrown away")
    row("ducks", counts["ducks"], f"{counts['holds']:,} fell silent, {counts['resumes']:,} came back at full volume")
    cancels = {name.partition(": ")[2]: count for name, count in counts.items() if name.startswith("cancelled: ")}
    row(
        "cancelled replies",
        sum(cancels.values()),
        ", ".join(f"{count:,} {name}" for name, count in sorted(cancels.items())),
    )
    row("first sound over a reply → lowered", str(harvest.tally.ducked))
    row("first sound over a reply → silent", str(harvest.tally.stopped), "where it was the user's turn")
    row("end of a false interruption → back", str(harvest.tally.resumed))
    events = counts["facts"] + counts["ticks"]
    row(
        "facts and ticks",
        events,
        f"{events / max(1e-9, harvest.cpu_s):,.0f} a second and core, through the session, checked",
    )
    row("commands", counts["commands"], f"{counts['ignored']:,} facts were ignored")
    row(
        "time",
        f"{took_s / 60:.1f} min",
        f"{harvest.hours / max(1e-9, took_s / 60):,.0f} simulated hours a minute; {harvest.cpu_s:,.0f} s of CPU",
    )
    row("conversations that broke a rule", len(harvest.findings))
    return shown


def _moods(harvest: Harvest) -> str:
    counts = harvest.tally.counts
    return ", ".join(
        f"{mood} {hours:,.0f} ({counts[f'conversations: {mood}']:,})"
        for mood, hours in harvest.tally.hours.most_common()
    )
