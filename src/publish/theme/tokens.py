"""A theme's tokens as CSS: font faces and custom properties, the same names for PDF and EPUB."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from publish.theme import Theme


def css_tokens(theme: Theme, face_url: Callable[[Path], str], dark: bool = False) -> str:
    """`@font-face` rules and a `:root` with every token.

    Names: --color-<name>, --font-text, --font-heading, --size-<name> (pt), --leading, --page-width, --page-height and
    --page-margin-top/-right/-bottom/-left (mm), and --bleed, how far a colour that runs off the page must reach over
    its edge (0 but for the press). With `dark`, colours that have a stand-in for dark screens change
    under `prefers-color-scheme: dark`. `face_url` gives the address under which a font file is found.
    """
    rules = css_faces(theme, face_url)
    values = [f"--color-{name}: {color.rgb};" for name, color in theme.colors.items()]
    values += [f'--font-{role}: "{family}";' for role, family in theme.families.items()]
    values += [f"--size-{name}: {size:g}pt;" for name, size in theme.sizes.items()]
    values.append(f"--leading: {theme.leading:g};")
    page = theme.page
    values += [f"--page-width: {page.width:g}mm;", f"--page-height: {page.height:g}mm;"]
    values += [
        f"--page-margin-{side}: {margin:g}mm;"
        for side, margin in zip(("top", "right", "bottom", "left"), page.margins, strict=True)
    ]
    values.append("--bleed: 0mm;")
    rules.append(":root {\n  " + "\n  ".join(values) + "\n}")
    shades = [f"--color-{name}: {color.dark};" for name, color in theme.colors.items() if color.dark]
    if dark and shades:
        rules.append("@media (prefers-color-scheme: dark) { :root { " + " ".join(shades) + " } }")
    return "\n".join(rules) + "\n"


def css_faces(theme: Theme, face_url: Callable[[Path], str]) -> list[str]:
    """A `@font-face` rule for each font file. `face_url` gives the address under which a font file is found."""
    return [
        f'@font-face {{ font-family: "{face.family}"; src: url("{face_url(face.path)}"); '
        f"font-weight: {face.weight}; font-style: {'italic' if face.italic else 'normal'}; }}"
        for face in theme.faces
    ]


def css_page(theme: Theme) -> str:
    """The `@page` rule that the theme's [page] table stands for."""
    page = theme.page
    margins = " ".join(f"{margin:g}mm" for margin in page.margins)
    return f"@page {{ size: {page.width:g}mm {page.height:g}mm; margin: {margins}; }}\n"
