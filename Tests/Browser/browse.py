#!/usr/bin/env python3
"""Drives the web console in Chromium as a person would, looks at every page, and takes its picture.

    browse.py --base http://127.0.0.1:8025 --name admin --password ONE-TIME --new-password NEW [--screenshots FOLDER]
              [--folder FOLDER] [--append COMMAND] [--down COMMAND --up COMMAND] [--browser /usr/bin/chromium]

Signs in with a one-time password, is made to change it, sees a figure move after `--append` has run (a shell command that
lets one more delivery happen), filters, changes the period, sorts, signs out; wrong passwords are throttled. With `--down` and
`--up`, commands that stop and start the database, it watches the console go through that too. Ends with the number of checks;
exits with 1 if one failed. In pictures, `--folder` (the test's own, another one each time) reads /srv/mailmill.
"""

import argparse
import csv
import io
import os
import re
import subprocess
import sys
import time

from playwright.sync_api import sync_playwright, expect

sys.dont_write_bytecode = True  # Nothing is left beside the sources.
import checks

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Browse:
    def __init__(self, options, browser):
        self.options, self.browser, self.failures, self.passed = options, browser, [], 0
        self.context = self.open()
        self.page = self.context.new_page()
        self.noise = []
        self.listen(self.page)

    # --- Tools ---------------------------------------------------------------------------------------------------------

    def open(self, dark=False, size=WIDE, storage=None, **more):
        return self.browser.new_context(
            base_url=self.options.base, viewport=size, color_scheme="dark" if dark else "light", locale="en-GB",
            timezone_id="Europe/Berlin", storage_state=storage, ignore_https_errors=True, **more)

    def listen(self, page):
        def heard(message):
            text = message.text
            if message.type in ("error", "warning") and "Failed to load resource" not in text and "net::ERR_" not in text:
                self.noise.append(text)
        page.on("console", heard)
        page.on("pageerror", lambda error: self.noise.append(str(error)))

    def check(self, name, passed, detail=""):
        if passed:
            self.passed += 1
        else:
            self.failures.append(f"{name}: {detail}" if detail else name)
        print(("ok      " if passed else "FAILED  ") + name + (f": {detail}" if detail and not passed else ""), flush=True)

    def attempt(self, name, step):
        """A step that is passed if nothing in it fails."""
        try:
            step()
            self.check(name, True)
        except Exception as error:  # whatever it is, the other steps are worth seeing
            self.check(name, False, str(error).split("\n")[0][:300])

    def run(self, command):
        subprocess.run(command, shell=True, check=True, timeout=60)

    def settle(self, page):
        page.wait_for_load_state("load")
        page.wait_for_timeout(700)

    def pictures(self, name, path=None, prepare=None):
        """The page in both colours and two widths; each is checked for what a script can check."""
        storage = self.context.storage_state()
        for dark in (False, True):
            for size in (WIDE, NARROW):
                context = self.open(dark, size, storage)
                page = context.new_page()
                self.listen(page)
                page.goto(path or self.page.url)
                if prepare:
                    prepare(page)
                self.settle(page)
                label = f"{name}-{'dark' if dark else 'light'}-{'narrow' if size is NARROW else 'wide'}"
                found = checks.problems(page)
                self.check(f"{label} is readable, named and fits", not found, "; ".join(found[:4]))
                self.picture(page, label)
                context.close()

    def picture(self, page, label, full_page=True):
        if not self.options.screenshots:
            return
        if self.options.folder:
            page.evaluate("""(folder) => {
                const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(folder, "/srv/mailmill");
            }""", self.options.folder)
        page.screenshot(path=os.path.join(self.options.screenshots, label + ".png"), full_page=full_page)

    def sign_in(self, page, name, password):
        page.goto("/sign-in")
        page.fill("#name", name)
        page.fill("#password", password)
        page.click("button.main")
        page.wait_for_load_state()

    def number(self, key):
        text = self.page.locator(f'[data-tile="{key}"] .full').text_content()
        return None if text == "–" else int(text.replace(",", ""))

    # --- Steps ---------------------------------------------------------------------------------------------------------

    def first_sign_in(self):
        page, options = self.page, self.options
        page.goto("/")
        self.check("who is not signed in is led to the sign-in", page.url.endswith("/sign-in"), page.url)
        self.pictures("sign-in", "/sign-in")
        self.sign_in(page, options.name, "not the password at all")
        self.check("a wrong password is refused", "Name or password is wrong" in page.text_content("main"))
        self.sign_in(page, options.name, options.password)
        self.check("the one-time password must be changed", page.url.endswith("/password"), page.url)
        self.pictures("password", "/password")
        page.goto("/status")
        self.check("nothing else is reachable before", page.url.endswith("/password"), page.url)
        self.check("nor for programs", page.request.get("/api/v1/status").status == 403)
        for new, again, words in (("too short", "too short", "at least 12"), ("two that differ x", "two that differ y", "not the same"),
                                  (options.password, options.password, "differs from the present"), ("Password12345", "Password12345", "attacker")):
            page.goto("/password")
            page.evaluate("document.querySelectorAll('input').forEach((e) => e.removeAttribute('minlength'))")
            page.fill("#new", new)
            page.fill("#again", again)
            page.click("button.main")
            self.check(f"a new password is refused: {words}", words in page.text_content("main"), page.text_content("main").strip()[:120])
        page.fill("#new", options.new_password)
        page.fill("#again", options.new_password)
        page.click("button.main")
        page.wait_for_load_state()
        self.check("a good one leads to the dashboard", page.url.split("?")[0].endswith("/dashboard"), page.url)

    def live(self):
        page = self.page
        page.goto("/dashboard")
        self.attempt("the dashboard is live", lambda: expect(page.locator("[data-live-word]")).to_have_text("Live", timeout=8000))
        self.check("its charts are drawn", page.locator(".plot canvas").count() >= 3 or page.locator("[data-charts]").count() == 0)
        if self.options.append:
            before = self.number("deliveries")
            self.run(self.options.append)
            began, deadline = time.monotonic(), time.monotonic() + 15
            while self.number("deliveries") <= before and time.monotonic() < deadline:
                page.wait_for_timeout(20)
            self.check("a figure moves after one more delivery", self.number("deliveries") > before, f"still {before}")
            print(f"        {time.monotonic() - began:.2f} s after the command had ended")
        page.click("[data-live-pause]")
        self.check("it can be paused", page.text_content("[data-live-word]") == "Paused")
        page.click("[data-live-pause]")
        self.attempt("and goes on", lambda: expect(page.locator("[data-live-word]")).to_have_text("Live", timeout=8000))
        self.pictures("dashboard", "/dashboard")

    def filters_and_periods(self):
        page = self.page
        page.goto("/dashboard")
        node = page.locator("select[name=node] option").nth(1).text_content()
        page.select_option("select[name=node]", node)
        page.click(".filters button")
        page.wait_for_load_state()
        self.check("a filter is in the address", f"node={node}" in page.url and "domain=" not in page.url, page.url)
        self.check("and shown", node in page.text_content(".chips"))
        page.click(".periods a:has-text('12h')")
        page.wait_for_load_state()
        self.check("the period changes, the filter stays", "period=12h" in page.url and f"node={node}" in page.url, page.url)
        page.click(".chip")
        page.wait_for_load_state()
        self.check("a filter goes away", "node=" not in page.url, page.url)
        for period in ("1d", "1w", "1M", "3M", "1Y", "YTD"):
            page.click(f".periods a:text-is('{period}')")
            page.wait_for_load_state()
            self.check(f"period {period}", page.locator(f".periods a[aria-current]:text-is('{period}')").count() == 1)
        page.goto("/dashboard")
        page.click(".custom summary")
        page.fill("#from", time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() - 1800)))
        page.click(".custom button")
        page.wait_for_load_state()
        self.check("a typed period becomes absolute", re.search(r"from=\d{4}-\d\d-\d\dT\d\d:\d\d:00Z&to=\d{4}", page.url) is not None, page.url)
        self.pictures("custom-period", page.url)
        page.goto("/dashboard")
        self.settle(page)
        if page.locator("[data-chart=inbound] canvas").count():
            box = page.locator("[data-chart=inbound] .plot").bounding_box()
            page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 60)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 64, steps=6)
            page.mouse.up()
            self.attempt("a range dragged on a chart becomes the period", lambda: page.wait_for_url(re.compile("period=custom"), timeout=5000))
            page.goto("/dashboard")
            self.settle(page)
            handle = page.locator(".dygraph-rangesel-zoomhandle").first.bounding_box()
            page.mouse.move(handle["x"] + 4, handle["y"] + 8)
            page.mouse.down()
            page.mouse.move(handle["x"] + 304, handle["y"] + 8, steps=6)
            page.mouse.up()
            self.attempt("so does one of the range selector", lambda: page.wait_for_url(re.compile("period=custom"), timeout=5000))

    def breakdown(self):
        page = self.page
        page.goto("/dashboard")
        page.click(".sortable thead a:has-text('Bounces')")
        page.wait_for_load_state()
        self.check("a column sorts by link", "sort=-bounces" in page.url, page.url)
        self.check("and says so", page.locator("th[aria-sort=descending]:has-text('Bounces')").count() == 1)
        for tab, by in (("Bindings", "binding"), ("Domains and bindings", "both"), ("Nodes", "node")):
            page.click(f".tabs a:text-is('{tab}')")
            page.wait_for_load_state()
            self.check(f"breakdown by {by}", f"by={by}" in page.url, page.url)
        page.goto("/dashboard?period=1d&sort=domain")
        table = page.locator(".sortable tbody tr").count()
        link = page.get_attribute(".section-head a[download]", "href")
        rows = list(csv.reader(io.StringIO(page.request.get(link).text())))
        self.check("the CSV holds what is shown", len(rows) - 1 == table and rows[0][0] == "domain", f"{len(rows) - 1} rows, shown {table}")
        answer = page.request.get("/api/v1/traffic?period=1d")
        self.check("programs get the same", answer.status == 200 and {"period", "complete_until", "rows", "total"} <= set(answer.json()))
        answer = page.request.get("/api/v1/traffic?period=1x")
        self.check("and problems in words", answer.status == 400 and "problem+json" in answer.headers["content-type"])

    def other_pages(self):
        page = self.page
        page.goto("/status")
        self.attempt("the Status page is live", lambda: expect(page.locator("[data-live-word]")).to_have_text("Live", timeout=8000))
        self.pictures("status", "/status")
        self.pictures("account", "/account")
        self.trace()
        self.database()
        self.pictures("bad-parameter", "/dashboard?period=2h&limit=none")
        self.pictures("not-found", "/no-such-page")
        page.goto("/dashboard")
        page.keyboard.press("Tab")
        self.check("the first Tab reaches the skip link", page.evaluate("document.activeElement.className") == "skip")
        page.keyboard.press("Enter")
        self.check("which skips to the content", page.evaluate("document.activeElement.id") == "main")
        page.click("[data-theme-toggle]")
        page.click("[data-theme-toggle]")
        page.reload(wait_until="commit")
        page.wait_for_selector("body", state="attached")
        self.check("chosen colours are there before the first paint", page.get_attribute("html", "data-theme") == "dark")
        page.click("[data-theme-toggle]")
        context = self.open(storage=self.context.storage_state(), java_script_enabled=False)
        bare = context.new_page()
        bare.goto("/dashboard")
        self.check("without JavaScript the figures are there", bare.locator(".tile .full").count() == 7 and bare.locator(".sortable tbody tr").count() > 0)
        bare.locator(".table summary").click()
        self.check("and the points of the charts, as a table", bare.locator(".tall tbody tr").count() > 30)
        self.picture(bare, "dashboard-without-javascript")
        context.close()

    def trace(self):
        page = self.page
        page.goto("/trace")
        self.pictures("trace-empty", "/trace")
        page.fill("input[name=recipient]", "nobody-at-all@example.org")
        page.click(".trace-form button")
        page.wait_for_load_state()
        self.check("who never got mail is not found", "No message found" in page.text_content("main"))
        page.goto("/dashboard")
        page.goto("/trace?period=1d&sender=news%40example.net")
        self.check("a sender's messages are found with all that happened", page.locator(".traced").count() > 0 and page.locator(".life tbody tr").count() > 1)
        self.pictures("trace", "/trace?period=1d&sender=news%40example.net&limit=4")
        context = self.open(storage=self.context.storage_state(), java_script_enabled=False)
        bare = context.new_page()
        bare.goto("/trace?period=1d&sender=news%40example.net&limit=4")
        self.check("without JavaScript too", bare.locator(".traced").count() == 4)
        bare.locator(".pager a").last.click()
        self.check("and the pages after it", bare.locator(".traced").count() > 0 and "after=" in bare.url, bare.url)
        context.close()

    def database(self):
        page = self.page
        page.goto("/database")
        text = page.text_content("main")
        self.check("the Database page tells the server's version", "PostgreSQL" in text, text.strip()[:120])
        self.check("and each check's colour in words", page.locator(".findings .state").count() > 8)
        self.check("nothing of the start is an error in the server's log", page.locator(".log-text").count() == 0,
                   "; ".join(page.locator(".log-text > bdi").all_text_contents()[:3]))
        page.select_option("#level", "log")
        page.click("form:has(#level) button")
        page.wait_for_load_state()
        self.check("its entries are shown by level", page.locator(".log-text").count() > 3 and "level=log" in page.url, page.url)
        self.pictures("database", "/database")

    def database_away(self):
        page = self.page
        page.goto("/dashboard")
        expect(page.locator("[data-live-word]")).to_have_text("Live", timeout=8000)
        self.run(self.options.down)
        self.attempt("an open page says by itself that the database is down",
                     lambda: expect(page.locator("#banner")).to_contain_text("The database is down since", timeout=15000))
        self.pictures("database-down", "/dashboard")
        page.goto("/status")
        self.check("who is signed in stays so", "No data since" in page.text_content("main"))
        context = self.open()
        stranger = context.new_page()
        self.sign_in(stranger, self.options.name, self.options.new_password)
        self.check("the sign-in says what is down, not that the password is wrong",
                   "The database is down since" in stranger.text_content("body") and "wrong" not in stranger.text_content("main"))
        self.picture(stranger, "sign-in-database-down-light-wide", full_page=False)
        context.close()
        page.goto("/dashboard")
        self.run(self.options.up)
        self.attempt("the page comes back by itself", lambda: expect(page.locator(".tile .full").first).to_be_visible(timeout=30000))
        self.check("and no longer speaks of it", "database is down" not in page.text_content("body"))

    def sign_out(self):
        page = self.page
        page.goto("/dashboard")
        page.click("header button:has-text('Sign out')")
        page.wait_for_load_state()
        self.check("signing out says so", "You are signed out" in page.text_content("main"))
        page.goto("/dashboard")
        self.check("and is one", "/sign-in" in page.url, page.url)
        self.check("for programs too", page.request.get("/api/v1/status").status == 401)

    def throttle(self):
        context = self.open()
        page = context.new_page()
        for _ in range(6):
            self.sign_in(page, self.options.name, "wrong wrong wrong wrong")
        text = page.text_content("main")
        self.check("wrong passwords are throttled, and it says how long", re.search(r"Try again in \d+ (s|min)", text) is not None, text.strip()[:120])
        self.check("the button waits as well", page.locator("button.main:disabled").count() == 1)
        answer = page.request.post("/sign-in", form={"name": "x", "password": "y"})
        self.check("a form without its token is refused", answer.status == 403, str(answer.status))
        self.picture(page, "sign-in-throttled-light-wide", full_page=False)
        context.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("--base", "--name", "--password", "--new-password"):
        parser.add_argument(name, required=True)
    for name in ("--screenshots", "--folder", "--append", "--down", "--up"):
        parser.add_argument(name)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    if options.screenshots:
        os.makedirs(options.screenshots, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=["--no-sandbox"])
        browse = Browse(options, browser)
        steps = [browse.first_sign_in, browse.live, browse.filters_and_periods, browse.breakdown, browse.other_pages]
        if options.down and options.up:
            steps.append(browse.database_away)
        for step in steps + [browse.sign_out, browse.throttle]:
            try:
                step()
            except Exception as error:  # the pages that come after are worth seeing
                browse.check(step.__name__, False, str(error).split("\n")[0][:300])
        browse.check("no page broke the content policy or threw an error", not browse.noise, "; ".join(browse.noise[:3]))
        browser.close()
    print(f"browser: {browse.passed} checks passed, {len(browse.failures)} failed")
    sys.exit(1 if browse.failures else 0)


if __name__ == "__main__":
    main()
