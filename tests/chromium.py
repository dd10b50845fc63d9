"""A headless Chromium that is driven by tests, and what it tells of itself."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

WAIT = 10.0
"""Seconds after which something has not happened."""


class Browser:
    """One browser with one page.

    Parameters
    ----------
    programs : (str, str)
        Chromium and its driver.
    folder : Path
        Where downloads go.
    dark, javascript : bool
    size : (int, int)
        Of the window, in pixels.
    """

    def __init__(
        self,
        programs: tuple[str, str],
        folder: Path,
        *,
        dark: bool = False,
        javascript: bool = True,
        size: tuple[int, int] = (1400, 1000),
    ) -> None:
        from selenium import webdriver  # noqa: PLC0415
        from selenium.webdriver.chrome.options import Options  # noqa: PLC0415
        from selenium.webdriver.chrome.service import Service  # noqa: PLC0415

        options = Options()
        options.binary_location = programs[0]
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
                     "--disable-background-networking", f"--window-size={size[0]},{size[1]}"):  # fmt: skip
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        wishes: dict[str, Any] = {"download.default_directory": str(folder)}
        if not javascript:
            wishes["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", wishes)
        self.driver = webdriver.Chrome(options=options, service=Service(programs[1]))
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])
        self.command("Network.enable")

    def open(self, page: Path) -> None:
        """Open a file."""
        self.driver.get(page.resolve().as_uri())

    def close(self) -> None:
        """End the browser."""
        self.driver.quit()

    def command(self, name: str, **values: Any) -> Any:
        """Give a command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, values)

    def run(self, script: str, *values: Any) -> Any:
        """Run a script in the page, and give what it returns."""
        return self.driver.execute_script(script, *values)

    def all(self, selector: str) -> list[Any]:
        """Elements that a CSS selector finds."""
        return list(self.driver.find_elements("css selector", selector))

    def one(self, selector: str) -> Any:
        """The element that a CSS selector finds."""
        return self.driver.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """What a reader sees of the elements."""
        return [" ".join(element.text.split()) for element in self.all(selector)]

    def keys(self, *names: str) -> None:
        """Press keys where the focus is; names as in selenium's `Keys`, or letters."""
        from selenium.webdriver.common.action_chains import ActionChains  # noqa: PLC0415
        from selenium.webdriver.common.keys import Keys  # noqa: PLC0415

        chain = ActionChains(self.driver)
        for name in names:
            chain = chain.send_keys(getattr(Keys, name, name))
        chain.perform()

    def until(self, question: Callable[[], Any]) -> Any:
        """Wait until a question has a true answer, and give it."""
        end = time.monotonic() + WAIT
        while not (answer := question()):
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.02)
        return answer

    def complaints(self) -> list[str]:
        """What the console says: errors, refusals by the policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Addresses that the page asked for."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                parameters = message["params"]
                found.append(parameters.get("request", parameters)["url"])
        return found

    def pdf(self) -> bytes:
        """Print the page as its own style says."""
        made = self.command("Page.printToPDF", preferCSSPageSize=True)
        return base64.b64decode(made["data"])
