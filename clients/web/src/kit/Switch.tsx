interface Props {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

/** Something that is on or off at once, without a form to send. Its label is read out; what is shown stands around it,
 * such as a table's heads. */
export function Switch({ label, on, onChange }: Props) {
  return (
    <input
      type="checkbox"
      role="switch"
      className="switch"
      aria-label={label}
      checked={on}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
}
