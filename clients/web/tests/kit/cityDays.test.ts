import { describe, expect, it } from "vitest";
import { dayIn, isDay, lastMonthIn, todayIn } from "../../src/app/cityDays.ts";

const EVENING = Date.parse("2026-11-30T16:02:00Z"); // a new month has begun in Jinan, and not in London

describe("days of a city", () => {
  it("begin by the city's clock", () => {
    expect(todayIn("Asia/Shanghai", EVENING)).toBe("2026-12-01");
    expect(todayIn("Europe/London", EVENING)).toBe("2026-11-30");
  });
  it("begin and end with its midnights, also when its clocks are changed", () => {
    const [from, until] = dayIn("Asia/Shanghai", "2026-12-01");
    expect([from.toISOString(), until.toISOString()]).toEqual(["2026-11-30T16:00:00.000Z", "2026-12-01T16:00:00.000Z"]);
    const long = (day: string) => {
      const [begins, ends] = dayIn("Europe/Berlin", day);
      return (ends.getTime() - begins.getTime()) / 3_600_000;
    };
    expect([long("2026-03-29"), long("2026-10-25"), long("2026-07-01")]).toEqual([23, 25, 24]);
    const [fromZero] = dayIn("Europe/Berlin", "2026-10-25");
    expect(fromZero.toISOString()).toBe("2026-10-24T22:00:00.000Z");
  });
  it("are days of the calendar", () => {
    expect(["2026-12-01", "2026-99-99", "", "tomorrow"].map(isDay)).toEqual([true, false, false, false]);
  });
  it("say which month is over there", () => {
    expect(lastMonthIn("Asia/Shanghai", EVENING)).toBe("2026-11");
    expect(lastMonthIn("Europe/London", EVENING)).toBe("2026-10");
    expect(lastMonthIn("Asia/Shanghai", Date.parse("2027-01-15T00:00:00Z"))).toBe("2026-12");
  });
});
