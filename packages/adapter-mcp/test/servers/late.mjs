// Keeps the answer to its first change back until another call comes, whatever was cancelled by then.
import { serve } from './minimal.mjs';

let kept;
let hasKept = false;
serve((answer, name) => {
  if (name === 'delete_branch' && !hasKept) {
    hasKept = true;
    kept = answer;
    return;
  }
  kept?.();
  kept = undefined;
  answer();
});
