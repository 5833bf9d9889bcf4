"""A headless browser, spoken to through a pipe by the DevTools protocol: no driver and no port needed."""

import base64
import json
import os
import select
import shutil
import subprocess
import time

NAMES = ["chromium", "chromium-browser", "google-chrome"]
# The browser asks its maker for nothing, and starts with nothing of the user's.
QUIET = [
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
]


class Browser:
    """A browser with one page. What goes wrong in the page is kept in `faults`, what it asks for in `requests`."""

    def __init__(self, folder):
        found = next(filter(None, map(shutil.which, NAMES)), None)
        assert found, f"this test needs a browser ({', '.join(NAMES)}): apt-get install chromium"
        command = [found, *QUIET, f"--user-data-dir={folder}"]
        if os.geteuid() == 0:
            # The browser's sandbox refuses to run for root.
            command.append("--no-sandbox")
        commands, self._send = os.pipe()
        self._receive, answers = os.pipe()
        # The browser reads from descriptor 3 and writes to descriptor 4. (dash knows descriptors of one digit only.)
        script = f'exec "$@" 3<&{commands} 4>&{answers}'
        self._process = subprocess.Popen(
            ["bash", "-c", script, "bash", *command, "about:blank"],
            pass_fds=(commands, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        self._number = 0
        self._buffer = b""
        self._events = []
        self._session = None
        self.faults = []
        self.requests = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._send)
        os.close(self._receive)

    def call(self, method, **parameters):
        """What the browser answers."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = memoryview(json.dumps(message).encode() + b"\0")
        while data:
            data = data[os.write(self._send, data) :]
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def wait_for(self, event, patience_secs=60):
        """Reads on until the event has come."""
        end = time.monotonic() + patience_secs
        while event not in self._events:
            self._read(end - time.monotonic())
        self._events.remove(event)

    def _read(self, patience_secs=60):
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._receive], [], [], max(patience_secs, 0))
            assert ready, "the browser does not answer"
            more = os.read(self._receive, 1 << 20)
            assert more, f"the browser ended with {self._process.wait()}"
            self._buffer += more
        message, self._buffer = self._buffer.split(b"\0", 1)
        message = json.loads(message)
        self._note(message.get("method"), message.get("params", {}))
        return message

    def _note(self, event, told):
        if event is None:
            return
        self._events.append(event)
        if event == "Runtime.exceptionThrown" or event == "Page.javascriptDialogOpening":
            self.faults.append(told)
        elif event == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            self.faults.append(told)
        elif event == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.faults.append(told["entry"])
        elif event == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])

    def open(self, path, width=1400, dark=False):
        """Loads a file."""
        self.faults.clear()
        self.requests.clear()
        self._events.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.wait_for("Page.loadEventFired")

    def ask(self, expression):
        """What an expression gives in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self, path):
        """The whole page as a PNG file."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))
