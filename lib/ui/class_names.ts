/** Joins the class names that apply; `class_names("btn", wide && "btn-wide")`. */
export function classNames(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}
