/** What Python is called with to fetch something, before pip's own command; a registry may be away for a moment. */
export const PIP: readonly string[] = ["-m", "pip", "--disable-pip-version-check", "--retries", "10"];
