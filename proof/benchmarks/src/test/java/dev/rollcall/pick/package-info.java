/** How long a pick takes. In the package of what is measured, so that snapshots can be put under a picker without a store. */
@NullMarked
package dev.rollcall.pick;

import org.jspecify.annotations.NullMarked;
