-- Lets one session fold events at a time, beside one that folds the delta. As lock_cubes.
LOCK TABLE ops.fold_mark IN SHARE UPDATE EXCLUSIVE MODE
