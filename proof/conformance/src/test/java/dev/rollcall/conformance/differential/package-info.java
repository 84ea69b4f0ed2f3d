/**
 * The differential suite: the same requests to a real etcd 3.5.16 and to the embedded server, and their answers compared field by field.
 *
 * <p>The cases are text, in the {@code .case} files of this package's resources: a name at the margin, below it the steps, most of them
 * the name of a call and its request in protobuf's text format. {@code Conversation} holds a case with one store and writes down every
 * answer; what differs by nature, such as the id of the cluster, is written as a word. {@code DifferentialTest} compares the two,
 * and does the same with sequences that {@code RandomSequence} draws.
 */
@NullMarked
package dev.rollcall.conformance.differential;

import org.jspecify.annotations.NullMarked;
