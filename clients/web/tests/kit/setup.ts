import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// What every browser has and this page without one has not.
window.scrollTo = () => undefined;
HTMLElement.prototype.scrollIntoView = () => undefined;

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/app/");
});
