/**
 * A form that takes the payer's browser to another site by POST, as banks want it and do it. `post-form.js` sends it at
 * once; without scripts the button does. The page's policy has to allow `form-action` to the origin of `url`.
 */
export function PostForm(props: { url: string; fields: Readonly<Record<string, string>>; label: string }) {
  const { url, fields, label } = props;
  return (
    <form method="post" action={url} data-post-at-once>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{label}</button>
    </form>
  );
}
