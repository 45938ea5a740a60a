/** The draft of a report, on this device only: never for safety, gone once the report is received. */

import { data } from "./page";

export const PREFIX = "gigdesk:draft:";

export interface Draft {
  key: string;
  type: string;
  text: string;
  details: Record<string, string>;
}

const NAME = PREFIX + data.draft;

/** Whether it could be kept: private windows and full disks refuse. */
export function keep(draft: Draft): boolean {
  try {
    localStorage.setItem(NAME, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function recall(): Draft | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? "null");
    if (!kept || typeof kept !== "object") return null;
    const { key, type, text, details } = kept as Partial<Draft>;
    return { key: String(key ?? ""), type: String(type ?? ""), text: String(text ?? ""), details: details ?? {} };
  } catch {
    return null;
  }
}

export function drop(): void {
  try {
    localStorage.removeItem(NAME);
  } catch {
    // Nothing was kept where nothing can be removed.
  }
}
