// Pages that are loaded when somebody comes to them: a first page has a budget.

import { type ComponentType, type LazyExoticComponent, lazy } from "react";

/** A page of a module by its name there. */
export function lazily<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): LazyExoticComponent<ComponentType> {
  return lazy(() => load().then((module) => ({ default: module[name] })));
}
