/** The sign of Mizan: a balance in equilibrium. It only decorates, the name stands beside it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <path d="M24 8v30M15 38h18M9 14h30M9 14 4 26h10L9 14Zm30 0-5 12h10l-5-12Z" />
      <path class="pans" d="M4 26a5 5 0 0 0 10 0ZM34 26a5 5 0 0 0 10 0Z" />
    </svg>
  );
}
