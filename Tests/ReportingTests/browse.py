"""Opens a page in headless Chromium and tells what is on it, as JSON.

browse.py PAGE WIDTH light|dark [SCREENSHOT]

Speaks the Chrome DevTools Protocol over a pipe, so that it needs nothing but Python and Chromium.
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

PROBE = """
(() => {
  const count = selector => document.querySelectorAll(selector).length;
  const wide = [...document.querySelectorAll('body *')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1 && !element.closest('svg, caption, thead');
  }).map(element => element.outerHTML.slice(0, 120));
  const clipped = [...document.querySelectorAll('svg text')].filter(element => {
    const box = element.getBoundingClientRect();
    const frame = element.closest('svg').getBoundingClientRect();
    return box.width > 0 && (box.right > frame.right + 2 || box.left < frame.left - 2);
  }).map(element => element.textContent);
  return {
    title: document.title,
    answer: document.querySelector('h1').innerText,
    findings: count('article.finding'),
    marks: count('.moment-mark'),
    sessions: count('.bar.session'),
    scripts: count('script'),
    handlers: [...document.querySelectorAll('*')].filter(e => e.getAttributeNames().some(n => /^on|^style$/.test(n))).length,
    images: count('img, iframe, object, embed, form'),
    links: [...document.querySelectorAll('[href]')].map(e => e.getAttribute('href')).filter(h => !/^#|^data:,$/.test(h)),
    dangling: [...document.querySelectorAll('a[href^="#"]')].map(e => e.getAttribute('href').slice(1))
      .filter(id => !document.getElementById(id)),
    duplicates: [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i),
    scrollWidth: document.documentElement.scrollWidth,
    width: innerWidth,
    height: document.documentElement.scrollHeight,
    color: getComputedStyle(document.body).backgroundColor,
    wide: wide.slice(0, 5),
    clipped: clipped.slice(0, 5),
  };
})()
"""


COMPLAINTS = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Audits.issueAdded")


class Browser:
    def __init__(self, folder):
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()

        def pipes():
            # The protocol is spoken on descriptors 3 and 4; the copies are out of their way.
            read, write = os.dup2(to_browser, 30), os.dup2(from_browser, 31)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [
                shutil.which("chromium") or shutil.which("google-chrome"),
                "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--remote-debugging-pipe", "--user-data-dir=" + folder, "about:blank",
            ],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.buffer = b""
        self.events = []
        self.session = None

    def read(self):
        while b"\0" not in self.buffer:
            chunk = os.read(self.input, 1 << 20)
            if not chunk:
                raise EOFError("the browser ended")
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def attach(self):
        """Makes a tab that tells all that a page asks for or complains about."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Audits"):
            self.call(domain + ".enable")

    def open(self, address, width, scheme):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.call("Page.navigate", url=address)
        self.wait("Page.loadEventFired")

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def complaints(self):
        return [event["params"] for event in self.events if event.get("method") in COMPLAINTS]

    def requests(self):
        return [
            event["params"]["request"]["url"] for event in self.events
            if event.get("method") == "Network.requestWillBeSent"]

    def close(self):
        self.process.kill()
        self.process.wait()


def browse(path, width, scheme, screenshot):
    folder = tempfile.mkdtemp(prefix="tunnelscope-browser-")
    browser = Browser(folder)
    try:
        browser.attach()
        address = "file://" + os.path.abspath(path)
        browser.open(address, width, scheme)
        result = browser.evaluate(PROBE)
        if screenshot:
            if "open" in os.environ.get("DETAILS", ""):
                browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
            picture = browser.call(
                "Page.captureScreenshot", captureBeyondViewport=True,
                clip={"x": 0, "y": 0, "width": width, "height": min(size["height"], 12000), "scale": 1})
            with open(screenshot, "wb") as file:
                file.write(base64.b64decode(picture["data"]))
        result["requests"] = [url for url in browser.requests() if url != address and url != "data:,"]
        result["complaints"] = browser.complaints()
        return result
    finally:
        browser.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    print(json.dumps(browse(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None), indent=1))
