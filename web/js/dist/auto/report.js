/** What a run of `autoAlt` says about the images it found. */
/** Adds entries up. */
export function add(entries, error) {
    const reasons = {};
    for (const { reason } of entries)
        if (reason)
            reasons[reason] = (reasons[reason] ?? 0) + 1;
    const count = (outcome) => entries.filter((entry) => entry.outcome === outcome).length;
    return {
        found: entries.length,
        filled: count('filled'),
        skipped: count('skipped'),
        waiting: count('waiting'),
        reasons,
        entries,
        ...(error && { error }),
    };
}
