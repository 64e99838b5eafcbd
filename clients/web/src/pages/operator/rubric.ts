// What a rubric's answers come to, as the service works it out (partners, domain/screening): shown while they are given,
// so that nobody is surprised. The service decides.

export type Verdict = "MET" | "PARTLY_MET" | "NOT_MET";
export type Answers = Readonly<Record<string, { verdict: Verdict | ""; reason: string }>>;

interface Rubric {
  passAt: number;
  areaAt: number;
  items: readonly { code: string; area: string; weight: number; knockOut: boolean }[];
}

export interface Outcome {
  /** From 0 to 1. */
  score: number;
  passed: boolean;
  /** Is enough answered to decide: all of it, or a knock-out that is not met? */
  decided: boolean;
}

const POINTS: Record<Verdict, number> = { MET: 2, PARTLY_MET: 1, NOT_MET: 0 };
const ALL = 10_000;

export function outcomeOf({ items, passAt, areaAt }: Rubric, answers: Answers): Outcome {
  const verdictOf = (code: string) => answers[code]?.verdict || null;
  const scoreOf = (some: Rubric["items"]) => {
    const points = some.reduce((sum, { code, weight }) => sum + weight * POINTS[verdictOf(code) ?? "NOT_MET"], 0);
    const weights = some.reduce((sum, { weight }) => sum + weight, 0);
    return Math.floor((points * ALL) / (2 * weights));
  };
  const knockedOut = items.some(({ code, knockOut }) => knockOut && ![null, "MET"].includes(verdictOf(code)));
  const complete = items.every(({ code }) => verdictOf(code) !== null);
  const areas = [...new Set(items.map(({ area }) => area))].map((name) => items.filter(({ area }) => area === name));
  const score = scoreOf(items);
  return {
    score: score / ALL,
    passed: complete && !knockedOut && score >= passAt && areas.every((area) => scoreOf(area) >= areaAt),
    decided: complete || knockedOut,
  };
}
