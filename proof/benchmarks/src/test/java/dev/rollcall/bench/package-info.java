/** What Rollcall itself costs: memory, upkeep, a start, a storm of changes. In the package of the servers that it is measured on. */
@NullMarked
package dev.rollcall.bench;

import org.jspecify.annotations.NullMarked;
