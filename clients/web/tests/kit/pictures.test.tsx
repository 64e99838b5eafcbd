import { act, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { choose } from "../../src/app/appearance.ts";
import { Chain, type ChainLink } from "../../src/kit/Chain.tsx";
import { Countdown } from "../../src/kit/Countdown.tsx";
import { Facts } from "../../src/kit/Facts.tsx";
import { Age, Money, Numeral, When } from "../../src/kit/formats.tsx";
import { Id } from "../../src/kit/Id.tsx";
import { Loading } from "../../src/kit/Loading.tsx";
import { Notice } from "../../src/kit/Notice.tsx";
import { Page } from "../../src/kit/Page.tsx";
import { QrCode } from "../../src/kit/QrCode.tsx";
import { Shown } from "../../src/kit/Shown.tsx";
import { Stars } from "../../src/kit/Stars.tsx";
import { Status } from "../../src/kit/Status.tsx";
import { scaleOf, Trend, type TrendPoint } from "../../src/kit/Trend.tsx";
import { shown } from "./shown.tsx";

const LINKS: readonly ChainLink[] = [
  { key: "certificate", name: "Certificate", state: "holds", note: "five aspects" },
  { key: "proof", name: "Proof", state: "broken", note: "x".repeat(80) },
];
const point = (key: string, value: string, at: string): TrendPoint => ({
  ...{ key, value, at, low: "90", high: "140", outside: Number(value) > 140, from: "Clear Spring" },
});
const POINTS = [point("a", "151", "2026-05-01T08:00:00Z"), point("b", "136", "2026-05-08T08:00:00Z")];

describe("a chain", () => {
  test("says each link and how it stands in words", async () => {
    await shown(<Chain title="The chain of an order" links={LINKS} />);
    const picture = screen.getByRole("img", { name: /The chain of an order/ });
    expect(picture.querySelector("desc")?.textContent).toBe("Certificate: holds. Proof: broken");
    expect(picture.querySelector("[data-link=proof] .note")?.textContent).toHaveLength(40);
  });

  test("has its circles on the other side in Arabic", async () => {
    await shown(<Chain title="c" links={LINKS} />);
    const left = Number(document.querySelector("circle")?.getAttribute("cx"));
    document.body.replaceChildren();
    await shown(<Chain title="c" links={LINKS} />, "ar");
    expect(Number(document.querySelector("circle")?.getAttribute("cx"))).toBe(360 - left);
    expect(document.querySelector("svg")?.getAttribute("direction")).toBe("rtl");
  });
});

describe("a trend", () => {
  test("is a picture with a sentence, and the same as a table", async () => {
    await shown(<Trend says="It falls to 136 mmHg" unit="mmHg" points={POINTS} />);
    expect(screen.getByRole("img", { name: "It falls to 136 mmHg" })).toBeTruthy();
    expect(document.querySelectorAll("rect.outside")).toHaveLength(1);
    const rows = [...document.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(rows[0]).toContain("136");
    expect(rows[1]).toContain("151Outside");
  });

  test("stands on round numbers that hold all its values, however far apart", () => {
    for (const values of [["5", "5"], ["0.01", "0.012"], ["3", "30000"], ["-4", "4"]]) {
      const scale = scaleOf(values.map((value, index) => point(String(index), value, "2026-05-01T08:00:00Z")), null, null);
      expect(scale.low).toBeLessThanOrEqual(Math.min(...values.map(Number)));
      expect(scale.high).toBeGreaterThanOrEqual(Math.max(...values.map(Number)));
      expect(scale.ticks.length).toBeLessThan(12);
    }
  });

  test("of nothing is nothing", async () => {
    await shown(<Trend says="" unit="" points={[]} />);
    expect(screen.queryByRole("img")).toBeNull();
  });
});

test("a code is a picture with a name, dark on light with an edge that a scanner needs", async () => {
  await shown(<QrCode text="YIMA1.abc" label="Your health code" />);
  const picture = screen.getByRole("img", { name: "Your health code" });
  expect(picture.getAttribute("data-code")).toBe("YIMA1.abc");
  expect(picture.querySelector("rect")?.getAttribute("fill")).toBe("#fff");
  expect(picture.querySelector("path")?.getAttribute("d")).toMatch(/^M2 2h/);
});

describe("what is said", () => {
  test("money, moments and numbers are written as the language writes them", async () => {
    const { again } = await shown(<Money of={{ amount: "12345678901234567.89", currency: "CNY" }} />);
    expect(document.querySelector("bdi")?.textContent).toBe("CN¥12,345,678,901,234,567.89");
    again(<Numeral of="7.10" />);
    expect(document.querySelector("bdi")?.textContent).toBe("7.10");
    again(<Numeral of="<5" />);
    expect(document.querySelector("bdi")?.textContent).toBe("<5");
    again(<When at="2026-05-01T08:00:00Z" style="day" />);
    expect(document.querySelector("time")?.textContent).toBe("May 1, 2026");
    await shown(<When at="2026-05-01T08:00:00Z" style="day" />, "zh-CN");
    expect([...document.querySelectorAll("time")].at(-1)?.textContent).toBe("2026年5月1日");
  });

  test("an age is in its largest unit, and has its moment", async () => {
    const since = new Date(Date.now() - 3 * 86_400_000 - 5).toISOString();
    await shown(<Age since={since} />);
    expect(screen.getByText("3 days ago").getAttribute("datetime")).toBe(since);
  });

  test("a countdown counts down to nothing, and no further", async () => {
    const now = Date.parse("2026-05-01T08:00:00Z");
    const { again } = await shown(<Countdown until="2026-05-01T09:02:03Z" now={now} />);
    expect(document.querySelector(".countdown")?.textContent).toBe("1:02:03");
    again(<Countdown until="2026-05-01T07:00:00Z" now={now} />);
    expect(document.querySelector(".countdown")?.textContent).toBe("0:00");
  });

  test("an id is short to the eye, whole to who looks, and a link where it has a page", async () => {
    await shown(<Id of="ord_0123456789abcdef" to="/chain/ord_0123456789abcdef" />);
    const link = screen.getByRole("link", { name: "ord_…89abcdef" });
    expect(link.getAttribute("href")).toBe("/app/chain/ord_0123456789abcdef");
    expect(screen.getByTitle("ord_0123456789abcdef")).toBeTruthy();
  });

  test("facts leave out what is not known", async () => {
    await shown(<Facts of={[["Name", "Lin"], ["Telephone", null], ["Note", ""]]} />);
    expect(screen.getAllByRole("term").map((term) => term.textContent)).toEqual(["Name"]);
  });

  test("a rating is in words, its stars for the eye alone", async () => {
    await shown(<Stars rating={4.46} reviews={1} />);
    expect(screen.getByText(/4\.5 of 5/).textContent).toContain("1 review");
    expect(screen.getByText(/★★★★/).getAttribute("aria-hidden")).toBe("true");
  });

  test("a status that nobody has words for is shown as it is", async () => {
    await shown(<Status of="UNHEARD_OF" />);
    expect(screen.getByText("UNHEARD_OF")).toBeTruthy();
  });

  test("what is wrong is an alert, the rest is a status", async () => {
    await shown(
      <>
        <Notice tone="bad" title="It failed" />
        <Notice title="By the way" />
        <Loading />
      </>,
    );
    expect(screen.getByRole("alert").textContent).toBe("It failed");
    expect(screen.getAllByRole("status").map((each) => each.textContent)).toEqual(["By the way", "Loading …"]);
  });

  test("what is here stays when the network is lost, and can be asked for again", async () => {
    let asked = 0;
    const lost = { data: { name: "Lin" }, error: { graphQLErrors: [] } as never, fetching: false };
    const { user } = await shown(
      <Shown answer={lost} again={() => asked++}>
        {({ name }) => <p>{name}</p>}
      </Shown>,
    );
    expect(screen.getByText("Lin")).toBeTruthy();
    expect(screen.getByRole("alert").textContent).toContain("Yima cannot be reached");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(asked).toBe(1);
  });
});

describe("a page", () => {
  test("that is come to is read from its title, which the window has, too", async () => {
    const { again } = await shown(<Page title="First">.</Page>);
    again(<Page title="Orders">.</Page>);
    expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1, name: "Orders" }));
    expect(document.title).toBe("Orders · Yima");
  });

  test.each([
    ["en", "← Back"],
    ["ar", "→ Back"],
  ] as const)("points back to where one came from in %s", async (language, text) => {
    await shown(<Page title="Order" back={{ to: "/orders", text: "Back" }}>.</Page>, language);
    expect(screen.getByRole("link", { name: "Back" }).textContent).toBe(text);
  });

  test("is read aloud in the easy mode, where a browser can, by a voice of the device alone", async () => {
    let late = false; // browsers find their voices some time after a page has begun
    const spoken: { text: string; lang: string; voice: { name: string } }[] = [];
    const voices = [
      { name: "of the network", localService: false, lang: "en-US" },
      { name: "of the device", localService: true, lang: "en_GB" },
    ];
    Object.assign(window, {
      speechSynthesis: Object.assign(new EventTarget(), {
        cancel: () => undefined,
        getVoices: () => (late ? voices : voices.slice(0, 1)),
        speak: (one: never) => spoken.push(one),
      }),
      SpeechSynthesisUtterance: class {
        constructor(readonly text: string) {}
      },
    });
    const { user } = await shown(
      <Page title="Health code">
        <p>
          Show it <strong>once</strong>
        </p>
        <details>
          <summary>More</summary>
          <p>What is folded away</p>
        </details>
        <label>
          For whom
          <select>
            <option>Lin Wanqiu</option>
          </select>
        </label>
      </Page>,
    );
    expect(screen.queryByRole("button")).toBeNull();
    act(() => choose({ easy: true }));
    expect(screen.queryByRole("button"), "no voice of the device is there yet").toBeNull();
    late = true;
    act(() => void window.speechSynthesis.dispatchEvent(new Event("voiceschanged")));
    const button = await screen.findByRole("button", { name: "Read this page aloud" });
    button.focus();
    await user.keyboard("{Enter}");
    expect(spoken.map(({ text }) => text)).toEqual(["Health code.", "Show it once.", "More.", "For whom."]);
    expect(new Set(spoken.map(({ voice }) => voice.name))).toEqual(new Set(["of the device"]));
    expect(screen.getByRole("button", { name: "Stop reading" })).toBeTruthy();
    act(() => choose({ easy: false }));
    Reflect.deleteProperty(window, "speechSynthesis");
  });
});
