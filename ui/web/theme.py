"""Colours and type: one accent for what can be clicked, in a light and a dark theme."""

# The reader's own system font, by name: what `system-ui` means on a plain Linux is often the clumsiest font it has.
FONT = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, system-ui, sans-serif"

_LIGHT = {
    "primaryColor": "#0f5c7a",
    "backgroundColor": "#fbfaf7",
    "secondaryBackgroundColor": "#f1efe9",
    "textColor": "#1e2226",
    "linkColor": "#0f5c7a",
    "borderColor": "#d9d5cb",
}
_DARK = {
    "primaryColor": "#8cc4de",
    "backgroundColor": "#16191c",
    "secondaryBackgroundColor": "#212529",
    "textColor": "#e6e3dc",
    "linkColor": "#8cc4de",
    "borderColor": "#3a4046",
}

# Streamlit's own setting names.
THEME: dict[str, object] = {
    "theme.font": FONT,
    "theme.headingFont": FONT,
    "theme.baseFontSize": 16,
    "theme.baseRadius": "4px",
    "theme.paddingTop": "0.5rem",
    "theme.paddingBottom": "2rem",
    "theme.showSidebarBorder": False,
    **{f"theme.light.{name}": value for name, value in _LIGHT.items()},
    **{f"theme.dark.{name}": value for name, value in _DARK.items()},
    # The filters stand on the same paper as the list: no second box.
    "theme.light.sidebar.backgroundColor": _LIGHT["backgroundColor"],
    "theme.dark.sidebar.backgroundColor": _DARK["backgroundColor"],
}
