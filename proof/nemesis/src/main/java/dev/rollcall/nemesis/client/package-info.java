/** The process that registers and discovers by Rollcall, as it is told, and writes down what it sees. */
@NullMarked
package dev.rollcall.nemesis.client;

import org.jspecify.annotations.NullMarked;
