import { describe, expect, it } from "vitest";
import { lastMonthIn, todayIn } from "../../src/app/cityDays.ts";

const EVENING = Date.parse("2026-11-30T16:02:00Z"); // a new month has begun in Jinan, and not in London

describe("days of a city", () => {
  it("begin by the city's clock", () => {
    expect(todayIn("Asia/Shanghai", EVENING)).toBe("2026-12-01");
    expect(todayIn("Europe/London", EVENING)).toBe("2026-11-30");
  });
  it("say which month is over there", () => {
    expect(lastMonthIn("Asia/Shanghai", EVENING)).toBe("2026-11");
    expect(lastMonthIn("Europe/London", EVENING)).toBe("2026-10");
    expect(lastMonthIn("Asia/Shanghai", Date.parse("2027-01-15T00:00:00Z"))).toBe("2026-12");
  });
});
