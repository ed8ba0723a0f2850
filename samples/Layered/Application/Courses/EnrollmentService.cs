using Academy.Application.Abstractions;
using Academy.Domain;

namespace Academy.Application.Courses;

public enum EnrollmentResult
{
    Enrolled,
    UnknownCourse,
    Full,
}

public class EnrollmentService(
    IRepository<Course> courses, IRepository<Enrollment> enrollments, IUnitOfWork unitOfWork, TimeProvider clock)
{
    public async Task<EnrollmentResult> EnrollAsync(int courseId, int studentId, CancellationToken ct)
    {
        var course = await courses.GetByIdAsync(courseId, ct);
        if (course is null)
        {
            return EnrollmentResult.UnknownCourse;
        }

        course.EnsureNotStarted(clock.GetUtcNow().UtcDateTime);
        if (course.SeatsTaken >= course.Capacity)
        {
            return EnrollmentResult.Full;
        }

        course.SeatsTaken++;
        await enrollments.AddAsync(new Enrollment { CourseId = courseId, StudentId = studentId }, ct);
        await unitOfWork.CommitAsync(ct);
        return EnrollmentResult.Enrolled;
    }

    public async Task RenameAsync(int courseId, string title, CancellationToken ct)
    {
        var course = await courses.GetByIdAsync(courseId, ct) ?? throw new DomainException("No such course.");
        course.Title = title;
        await unitOfWork.CommitAsync(ct);
    }
}
