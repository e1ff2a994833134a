/** Every folder on the way to a file, the outermost first. */
export const parentsOf = (file: string): readonly string[] => {
  const segments = file.split('/').slice(0, -1);
  return segments.map((_, at) => segments.slice(0, at + 1).join('/'));
};
