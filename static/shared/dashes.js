// How the lines of a run's maps are dashed, so that they are told apart without their colours, too.

/**
 * Pixels of stroke and gap, one list for each map.
 *
 * @type {number[][]}
 */
export const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 5], [6, 3, 2, 3, 2, 3], [4, 2]];
