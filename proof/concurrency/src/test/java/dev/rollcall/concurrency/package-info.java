/** How the concurrent kernels are put under the model checker; the tests themselves stand in the packages of the kernels. */
@NullMarked
package dev.rollcall.concurrency;

import org.jspecify.annotations.NullMarked;
